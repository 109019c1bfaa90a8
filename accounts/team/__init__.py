"""Team mode by django-allauth: nothing here is imported in personal mode, where it is not installed."""
