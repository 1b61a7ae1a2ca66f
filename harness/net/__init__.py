"""The only place with sockets: dial, requestor, acceptor, recorder."""
