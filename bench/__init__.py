"""Measure this server beside Node's socket.io and stock python-socketio."""
