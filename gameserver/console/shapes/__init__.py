"""What the API answers and takes; its document is made from these."""
