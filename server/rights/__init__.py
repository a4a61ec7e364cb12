"""Rights: seeing everything that is kept about oneself, stopping, being erased; and nothing kept longer than said."""
