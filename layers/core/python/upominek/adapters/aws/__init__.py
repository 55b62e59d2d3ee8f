"""DynamoDB, SQS, S3, Secrets Manager and CloudWatch behind the ports; who brings messages is in `carriers`."""
