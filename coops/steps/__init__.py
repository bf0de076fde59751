"""What shows the steps of an initiative: told with its paper, checked or refused by a second person, taken back."""
