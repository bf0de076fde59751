"""Ground and roof of the house: values, database session, web kit, people, places, jobs, command line."""
