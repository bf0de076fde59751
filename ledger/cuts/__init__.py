"""What is shown as local, cut once more: by wijk, and by who is new."""
