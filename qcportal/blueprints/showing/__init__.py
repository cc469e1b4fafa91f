"""From models to what pages show: each page's data is put together here, for every audience."""
