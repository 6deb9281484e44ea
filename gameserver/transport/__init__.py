"""Tornado, Engine.IO and Socket.IO: from sockets to packets and back."""
