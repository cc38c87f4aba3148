"""The HTTP API for programs, ``/api/v1``, on the same functions as the pages.

Each call is a row of a table (:mod:`monitor.web.api.table`); what answers it, checks rights and
describes it in OpenAPI is made from that.
"""
