"""Renderings of results: console, JUnit, HTML, Markdown. They open no sockets and decide nothing."""
