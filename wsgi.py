"""What gunicorn loads: `gunicorn wsgi:app`."""

import gc

from qcportal import create_app

app = create_app()

# What was made up to here lives as long as the process: without this, every full collection would
# walk it, 280,000 objects, in the middle of somebody's request. A page makes some thousand objects
# and leaves hardly any of them to a collection, so that one in 700 would look for nothing.
gc.collect()
gc.freeze()
gc.set_threshold(5_000, 10, 10)
