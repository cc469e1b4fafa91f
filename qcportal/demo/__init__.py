"""For showing and proving the portal without an AWS account; production imports none of it."""
