"""Where units of a local currency come from: how long they were held and how often they were paid on."""
