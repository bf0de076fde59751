"""The public list of tenders, narrowed by what somebody looks for; on a page and as a file."""
