"""The desk as an API: the same service functions, the same roles, JSON in and out, under ``/api/v1/desk``.

The desk's cookie works here as it does at the desk: whatever changes something carries the session's form token, which
``GET /api/v1/desk/me`` tells, in the header ``X-CSRF-Token``. Programs send ``Authorization: Bearer`` instead and need
no header. Errors are problems (RFC 9457) with the codes of the services; a form's mistakes are all in ``errors``.
"""
