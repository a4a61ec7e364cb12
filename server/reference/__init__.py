"""The API's reference as one page of plain HTML, drawn from the OpenAPI document: no script, no foreign request."""
