"""Static files."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class BundledStorage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
