"""``AWS::SecretsManager::Secret``: ``Ref`` is the ARN, and generated secrets follow every rule of the template."""

from __future__ import annotations

import json
import secrets
import string
from typing import Any

from ministack.services import secretsmanager
from ministack.services.cloudformation import provisioners

from emulator import patching
from emulator.cloudformation import Properties, Provisioned, handlers

_DEFAULT_LENGTH = 32
_CLASSES = (
    ("ExcludeLowercase", string.ascii_lowercase),
    ("ExcludeUppercase", string.ascii_uppercase),
    ("ExcludeNumbers", string.digits),
    ("ExcludePunctuation", string.punctuation),
)


def install() -> None:
    """Wrap the handlers, which identify a secret by its name, and the generator, which knows one exclusion of six."""
    table = handlers("AWS::SecretsManager::Secret")
    create, update, delete = table["create"], table["update"], table["delete"]

    def create_secret(logical_id: str, properties: Properties, stack: str) -> Provisioned:
        _name, attributes = create(logical_id, properties, stack)
        return attributes["Arn"], attributes

    def update_secret(arn: str, old: Properties, new: Properties, stack: str, logical_id: str) -> Provisioned:
        _name, attributes = update(_name_of(arn), old, new, stack, logical_id)
        return attributes["Arn"], attributes

    table["create"] = create_secret
    table["update"] = update_secret
    table["delete"] = lambda arn, properties: delete(_name_of(arn), properties)
    patching.wrap(provisioners, "_sm_secret_string", _with_generated_password)


def _name_of(arn: str) -> str:
    return next((name for name, secret in secretsmanager._secrets.items() if secret["ARN"] == arn), arn)


def _with_generated_password(original: patching.Function) -> patching.Function:
    def secret_string(properties: Properties) -> Any:
        rules = properties.get("GenerateSecretString")
        if not rules or properties.get("SecretString"):
            return original(properties)
        password = generate_password(rules)
        template = rules.get("SecretStringTemplate")
        if not template:
            return password
        return _filled(template, rules.get("GenerateStringKey"), password)

    return secret_string


def _filled(template: str, key: str | None, password: str) -> str:
    if not key:
        raise ValueError("AWS::SecretsManager::Secret: SecretStringTemplate needs GenerateStringKey")
    return json.dumps({**json.loads(template), key: password})


def generate_password(rules: dict[str, Any]) -> str:
    """A password by the rules of GetRandomPassword; ValueError for rules that cannot be met.

    Each character class that is not excluded occurs at least once unless ``RequireEachIncludedType`` is false.
    """
    length = int(rules.get("PasswordLength", _DEFAULT_LENGTH))
    excluded = set(rules.get("ExcludeCharacters", ""))
    classes = ["".join(c for c in members if c not in excluded) for name, members in _CLASSES if not _yes(rules, name)]
    if _yes(rules, "IncludeSpace"):
        classes.append(" ")
    classes = [members for members in classes if members]
    if not classes or not 1 <= length <= 4096:
        raise ValueError("AWS::SecretsManager::Secret: the password rules leave no characters or no valid length")
    required = [] if rules.get("RequireEachIncludedType") in (False, "false") else classes
    if len(required) > length:
        raise ValueError("AWS::SecretsManager::Secret: PasswordLength is too short for the required classes")
    alphabet = "".join(classes)
    chosen = [secrets.choice(members) for members in required]
    chosen += [secrets.choice(alphabet) for _ in range(length - len(chosen))]
    secrets.SystemRandom().shuffle(chosen)
    return "".join(chosen)


def _yes(rules: dict[str, Any], name: str) -> bool:
    return str(rules.get(name, "false")).lower() == "true"
