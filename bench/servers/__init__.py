"""Reference servers that speak the relay part of our contract, each as its own library suggests."""
