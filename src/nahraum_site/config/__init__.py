"""How the parts are put together: settings, addresses, the serve command."""
