"""What is unpaid 欠费账单, as finance's program writes it in Excel (O1, O2); ``store/estate/unpaid`` puts it beside the
households."""

from sync_server.bills.reading import Fault, Row, read

__all__ = ["Fault", "Row", "read"]
