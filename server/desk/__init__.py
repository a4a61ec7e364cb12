"""The desk: what staff see of their studies, in a browser, without scripts where that is possible.

Views read a `forms.Form`, call one service function in one transaction and answer with a page or a redirect. Each says
by ``@staff_required`` (or ``@anybody``) who may call it; a view that says nothing keeps the application from starting.
Everything runs under the database role ``desk``, which cannot read answers.
"""
