"""DynamoDB, SQS, S3, SNS, SES and Secrets Manager behind the ports."""
