"""Whether the contract as data says what the server does."""
