"""What an anchor commits to for an initiative: to publish a lot, invite or examine by a day; never to award."""
