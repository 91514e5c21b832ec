"""Windows of their own: settings, help, the device, a tried picture."""
