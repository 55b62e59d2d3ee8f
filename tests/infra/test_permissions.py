"""Least privilege: everything that each function may do, written out, so that a new permission is a change here."""

from collections import defaultdict
from typing import Any

from tests.infra.conftest import Template

READ = "dynamodb:BatchGetItem dynamodb:GetItem dynamodb:Query"
WRITE = "dynamodb:PutItem dynamodb:UpdateItem"
INSERT = "dynamodb:PartiQLInsert"
CONSUME = "sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:GetQueueUrl sqs:ReceiveMessage"
LOG = "logs:CreateLogStream logs:PutLogEvents"

PERMISSIONS = {
    "receive_invoices": {
        "own log": LOG,
        "Table": f"{READ} {WRITE} {INSERT}",
        "secret:upominek/upominek/webhook/*": "secretsmanager:GetSecretValue",
    },
    "import_invoices": {
        "own log": LOG,
        "Table": f"{READ} {WRITE} {INSERT}",
        "Table/index/due": "dynamodb:Query",
        "Files": "s3:ListBucket",
        "Files/incoming/*": "s3:GetObject",
        "Files/snapshot/*": "s3:GetObject",
        "Files/work/*": "s3:AbortMultipartUpload s3:DeleteObject s3:GetObject s3:PutObject",
        "Files/rejected/*": "s3:AbortMultipartUpload s3:DeleteObject s3:GetObject s3:PutObject",
        "Files/remarks/*": "s3:AbortMultipartUpload s3:DeleteObject s3:GetObject s3:PutObject",
        "Files/reports/*": "s3:AbortMultipartUpload s3:DeleteObject s3:GetObject s3:PutObject",
        "Imports": f"{CONSUME} sqs:SendMessage",
    },
    "start_plans": {
        "own log": LOG,
        "Table": f"{READ} {WRITE}",
        "Plans": "sqs:SendMessage",
    },
    "plan_reminders": {
        "own log": LOG,
        "Table": f"{READ} {WRITE}",
        "Table/index/due": "dynamodb:Query",
        "Table/index/open": "dynamodb:Query",
        "Table/index/agenda": "dynamodb:Query",
        "Files/manifests/*": "s3:PutObject",
        "Plans": CONSUME,
        "Sms": "sqs:SendMessage",
        "Email": "sqs:SendMessage",
        "Letter": "sqs:SendMessage",
    },
    "send_reminder": {
        "own log": LOG,
        "Table": f"{READ} {WRITE} dynamodb:DeleteItem",
        "Table/index/open": "dynamodb:Query",
        "Files/letters/*": "s3:GetObject",
        "Letter": "sqs:SendMessage",
        "Sms": f"{CONSUME} sqs:SendMessage",
        "Email": f"{CONSUME} sqs:SendMessage",
        "identity/przypomnienia.example.com": "ses:SendEmail",
        "configuration-set/ConfigurationSet": "ses:SendEmail",
        "all but arn:aws:sns:*:*:*": "sns:Publish",
    },
    "make_letters": {
        "own log": LOG,
        "Table": f"{READ} {WRITE} dynamodb:DeleteItem",
        "Table/index/open": "dynamodb:Query",
        "Files/letters/*": "s3:GetObject s3:PutObject",
        "Letter": f"{CONSUME} sqs:SendMessage",
        "Sms": "sqs:SendMessage",
        "Email": "sqs:SendMessage",
    },
    "sweep_reminders": {
        "own log": LOG,
        "Table": f"{READ} dynamodb:PutItem",
        "Table/index/due": "dynamodb:Query",
        "Files": "s3:ListBucket",
        "Files/manifests/*": "s3:GetObject",
    },
    "forget_people": {
        "own log": LOG,
        "Table": f"{READ} {WRITE} dynamodb:DeleteItem",
        "Table/index/retention": "dynamodb:Query",
        "Files": "s3:ListBucket",
        "Files/manifests/*": "s3:GetObject",
        "Files/letters/*": "s3:DeleteObject",
    },
    "forward_delivery_logs": {
        "own log": LOG,
        "Receipts": "sqs:SendMessage",
        "DeliveryLogs dead letters": "sqs:SendMessage",
    },
    "record_receipt": {
        "own log": LOG,
        "Table": f"{READ} {WRITE}",
        "Table/index/message": "dynamodb:Query",
        "Receipts": f"{CONSUME} sqs:SendMessage",
        "Sms": "sqs:SendMessage",
        "Email": "sqs:SendMessage",
        "Letter": "sqs:SendMessage",
    },
}


def test_each_function_may_do_what_is_written_here_and_nothing_else(aws: Template) -> None:
    expected = {
        function: {resource: set(actions.split()) for resource, actions in granted.items()}
        for function, granted in PERMISSIONS.items()
    }
    assert {name: _granted(aws, name) for name in aws.functions} == expected


def test_email_leaves_only_from_the_identities_of_the_deployment(aws: Template) -> None:
    [statement] = [each for each in _statements(aws, "send_reminder") if each["Action"] == "ses:SendEmail"]
    assert statement["Condition"] == {"StringLike": {"ses:FromAddress": ["*@przypomnienia.example.com"]}}


def test_no_role_has_a_managed_policy(aws: Template) -> None:
    assert not [name for name, role in aws.of_type("AWS::IAM::Role").items() if role.get("ManagedPolicyArns")]


def test_the_embedded_stack_grants_the_same(aws: Template, embedded: Template) -> None:
    for name in set(aws.functions) - {"send_reminder"}:  # whose identities are others
        assert {*_granted(embedded, name)} == {*_granted(aws, name)}


def _granted(template: Template, function: str) -> dict[str, set[str]]:
    actions = defaultdict(set)
    for statement in _statements(template, function):
        resources = statement.get("Resource") or statement["NotResource"]
        for resource in resources if isinstance(resources, list) else [resources]:
            name = _name(template, resource, function)
            name = name if "Resource" in statement else f"all but {name}"
            granted = statement["Action"]
            actions[name].update([granted] if isinstance(granted, str) else granted)
    return dict(actions)


def _statements(template: Template, function: str) -> list[dict[str, Any]]:
    role = {"Ref": template.functions[function]["Role"]["Fn::GetAtt"][0]}
    policies = [each for each in template.of_type("AWS::IAM::Policy").values() if role in each["Roles"]]
    statements = [statement for each in policies for statement in each["PolicyDocument"]["Statement"]]
    assert all(statement["Effect"] == "Allow" for statement in statements)
    return statements


def _name(template: Template, resource: dict[str, Any], function: str) -> str:
    """The resource in words: which of the stack's, and what of it."""
    known = {
        output.removesuffix("QueueUrl").replace("DeadLetter", " dead letters"): value["Value"]["Ref"]
        for output, value in template.body["Outputs"].items()
        if output.endswith("QueueUrl")
    }
    known |= {"own log": template.functions[function]["LoggingConfig"]["LogGroup"]["Ref"]}
    for name, kind in {
        "Table": "AWS::DynamoDB::Table",
        "Files": "AWS::S3::Bucket",
        "ConfigurationSet": "AWS::SES::ConfigurationSet",
    }.items():
        [known[name]] = template.of_type(kind)
    words = {logical_id: name for name, logical_id in known.items()}

    def spell(part: str | dict[str, Any]) -> str:
        if isinstance(part, str):
            return part
        return words[part["Fn::GetAtt"][0]] if "Fn::GetAtt" in part else words.get(part["Ref"], "")

    if "Fn::Join" not in resource:
        return spell(resource)
    text = "".join(map(spell, resource["Fn::Join"][1]))
    # Of an ARN only what stands behind the stack's own partition, service, region and account.
    return text.split(":", 5)[-1]
