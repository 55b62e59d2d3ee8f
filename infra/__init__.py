"""The AWS resources of Upominek, as a CDK app."""

import os

# CDK's engine otherwise prints a banner on every start when Node is one version behind.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
