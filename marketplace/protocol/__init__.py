"""The wire: AWS JSON 1.1 with Signature Version 4, shapes from botocore's model."""
