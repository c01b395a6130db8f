from __future__ import annotations

import pytest

from emulator.apigateway import velocity
from emulator.apigateway.velocity import Call, JsonObject, render

velocity.install_operators()
CALL = Call(
    body='{"a": {"b": [1, {"c": "x"}]}, "n": null, "it": "it\'s"}',
    headers={"X-Id": "h", "id": "header"},
    query={"q": "1", "id": "query"},
    path={"id": "path"},
    context=JsonObject(velocity.wrapped({"authorizer": {"partner_id": "acme"}})),
    stage_variables={"v": "s"},
)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("$input.body", CALL.body),
        ("$input.json('$.a')", '{"b":[1,{"c":"x"}]}'),
        ("$input.path('$.a')", '{"b":[1,{"c":"x"}]}'),
        ("$input.path('$.a.b[1].c')", "x"),
        ("[$input.path('$.missing')]", "[]"),
        ("$input.json('$.missing')", '""'),
        ("#if($input.path('$.missing'))yes#{else}no#end", "no"),
        ("#if(!$input.path('$.n'))yes#{else}no#end", "yes"),
        ("$input.params('id')", "path"),
        ("$input.params('q')$input.params('x-id')$input.params('none')", "1h"),
        ("$input.params().querystring.id", "query"),
        ("$context.authorizer.partner_id$stageVariables.v", "acmes"),
        ("$input.path('$.a').containsKey('b')", "true"),
        ("#foreach($x in $input.path('$.a.b'))$foreach.index,#end", "0,1,"),
        ("$util.escapeJavaScript($input.path('$.it'))", "it\\'s"),
        ('$util.escapeJavaScript("a/é😀")', "a\\/\\u00E9\\uD83D\\uDE00"),
        ("$util.urlEncode('a b+/')$util.urlDecode('a%2B')", "a+b%2B%2Fa+"),
        ("$util.base64Decode($util.base64Encode('é'))", "é"),
        ("$util.parseJson('{\"a\": [1]}').a", "[1]"),
    ],
)
def test_a_template_renders(template: str, text: str) -> None:
    assert render(template, CALL).text == text


def test_overrides_are_what_the_template_sets() -> None:
    template = "#set($context.responseOverride.status = 409)#set($context.responseOverride.header.Retry-After = 5)x"
    rendered = render(template, CALL)
    assert (rendered.text, rendered.status, rendered.headers) == ("x", 409, {"Retry-After": "5"})
    assert render("x", CALL).status is None
