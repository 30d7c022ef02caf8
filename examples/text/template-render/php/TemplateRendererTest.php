<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use TemplateRender\ErrorKind;
use TemplateRender\TemplateException;
use TemplateRender\TemplateRenderer;

require_once __DIR__ . '/TemplateRenderer.php';

final class TemplateRendererTest extends TestCase
{
    private int $calls = 0;

    public function testScalars_R1(): void
    {
        $data = ['text' => 'a b', 'number' => -42, 'zero' => 0, 'yes' => true, 'no' => false, 'nothing' => null];
        $template = '{{ text }}|{{ number }}|{{ zero }}|{{ yes }}|{{ no }}|{{ nothing }}|';
        $this->assertSame('a b|-42|0|true|false||', TemplateRenderer::render($template, $data));
    }

    public function testPathsThroughMapsAndLists_R1(): void
    {
        $users = [['name' => 'alice'], ['name' => 'bob', 'in' => ['if' => [[7]]]]];
        $data = ['users' => $users, 'form' => 1, 'list' => range(0, 11)];
        $template = '{{ users.0.name }} {{ users.1.name }} {{ users.1.in.if.0.0 }} {{ form }} {{ list.10 }}';
        $this->assertSame('alice bob 7 1 10', TemplateRenderer::render($template, $data));
    }

    public function testTextOutsideOfTagsStays_R1(): void
    {
        $text = " {a} } }} %} { { %\r\n\n\t\u{1F600} \\ \\1 \$x \" {";
        $this->assertSame($text, TemplateRenderer::render($text, []));
        $this->assertSame('', TemplateRenderer::render('', []));
        $template = "{{ x }}}\n{% if x %}\n{% endif %}}}";
        $this->assertSame("1}\n\n}}", TemplateRenderer::render($template, ['x' => 1]));
    }

    public function testStringsAndIntegersAsOperands_R1(): void
    {
        $template = "{{\"{{\"}}{{& \"}} %} \\\" \\\\n\n\" }}";
        $this->assertSame("{{}} %} \" \\n\n", TemplateRenderer::render($template, []));
        $template = '{{ 007 }},{{-0}},{{ -12 }},{{ 999999999999999 }}';
        $this->assertSame('7,0,-12,999999999999999', TemplateRenderer::render($template, []));
    }

    public function testWhiteSpaceIsNeededOnlyBetweenWords_R1(): void
    {
        $data = ['list' => [1, 2]];
        $template = '{%for x in list%}{{x}}{%endfor%}{%if not y%}!{%endif%}';
        $this->assertSame('12!', TemplateRenderer::render($template, $data));
        $template = "{%\tfor\r\nx\nin list\n%}{{\n\tx\r }}{% endfor\t%}";
        $this->assertSame('12', TemplateRenderer::render($template, $data));
    }

    public function testDataStaysUnchanged_R1(): void
    {
        $data = ['x' => 'outer', 'list' => [['x' => 1], ['x' => '<']]];
        $before = unserialize(serialize($data));
        $template = '{% for x in list %}{{ x.x }}{% endfor %}{{ x }}';
        $this->assertSame('1&lt;outer', TemplateRenderer::render($template, $data));
        $this->assertSame($before, $data);
    }

    public function testFiveCharactersAreEscapedOnce_R2(): void
    {
        $data = ['x' => '<a href="x" id=\'y\'>&amp;'];
        $escaped = '&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;';
        $this->assertSame($escaped, TemplateRenderer::render('{{ x }}', $data));
        $this->assertSame('&lt;&quot;&amp;', TemplateRenderer::render('{{ "<\"&" }}', []));
        $plain = "a/b`=\u{A0}é\u{1F600}";
        $this->assertSame($plain, TemplateRenderer::render('{{ x }}', ['x' => $plain]));
    }

    public function testEscapingComesAfterAllFilters_R2(): void
    {
        $filters = ['bold' => fn (string $value): string => "<b>$value</b>", 'size' => 'strlen'];
        $this->assertSame('&lt;b&gt;&amp;&lt;/b&gt;', TemplateRenderer::render('{{ "&" | bold }}', [], $filters));
        $this->assertSame('1', TemplateRenderer::render('{{ "<" | size }}', [], $filters));
    }

    public function testRawOutputAndTextAreNotEscaped_R2(): void
    {
        $template = '<p>&\'"{{& x }}{{&x}}{{ x }}</p>';
        $this->assertSame('<p>&\'"<<&lt;</p>', TemplateRenderer::render($template, ['x' => '<']));
    }

    public function testFiltersFromLeftToRightWithArguments_R3(): void
    {
        $seen = [];
        $filters = [
            'note' => function (mixed ...$arguments) use (&$seen): mixed {
                $seen[] = $arguments;

                return $arguments[0];
            },
            'add' => fn (string $value, string $suffix): string => $value . $suffix,
            'twice' => fn (string $value): string => $value . $value,
        ];
        $template = '{{ x | add("b") | twice() | add ( "c" ) | twice }}';
        $this->assertSame('ababcababc', TemplateRenderer::render($template, ['x' => 'a'], $filters));
        TemplateRenderer::render('{{ 1 | note | note() | note( ) | note(-5, "5" ,0,"a,)") }}', [], $filters);
        $this->assertSame([[1], [1], [1], [1, -5, '5', 0, 'a,)']], $seen);
    }

    public function testFiltersGetAndReturnAnyValue_R3(): void
    {
        $filters = [
            'kind' => get_debug_type(...),
            'wrap' => fn (mixed $value): array => [$value],
            'first' => fn (array $value): mixed => $value[0],
            'nothing' => fn (): mixed => null,
        ];
        $data = ['nil' => null, 'list' => [1], 'yes' => true];
        $template = '{{ nil | kind }} {{ list | kind }} {{ yes | kind }} {{ 1 | kind }} {{ "" | kind }}';
        $this->assertSame('null array bool int string', TemplateRenderer::render($template, $data, $filters));
        $template = '{{ "x" | wrap | wrap | first | first }}{{ 1 | nothing }}';
        $this->assertSame('x', TemplateRenderer::render($template, [], $filters));
    }

    public function testFailingFilterWithCause_R3(): void
    {
        foreach ([new RangeException('bad'), new TypeError('bad')] as $cause) {
            $filters = ['fail' => fn () => throw $cause, 'never' => $this->counted(...)];
            $error = $this->assertAt(ErrorKind::FilterFailed, 2, 2, "\n {{ 1 | fail | never }}", [], $filters);
            $this->assertSame($cause, $error->getPrevious());
        }
        $this->assertSame(0, $this->calls);
    }

    public function testTemplateErrorWithinAFilterIsACause_R3(): void
    {
        $filters = ['partial' => fn (): string => TemplateRenderer::render("\n{{ gone }}", [])];
        $error = $this->assertAt(ErrorKind::FilterFailed, 1, 1, '{{ 1 | partial }}', [], $filters);
        $this->assertSame(ErrorKind::Missing, $error->getPrevious()->kind);
    }

    public function testForRendersEachItemInOrder_R4(): void
    {
        $template = '[{% for x in list %}<{{ x }}>{% endfor %}]';
        $this->assertSame('[<b><a><b>]', TemplateRenderer::render($template, ['list' => ['b', 'a', 'b']]));
        $this->assertSame('[]', TemplateRenderer::render($template, ['list' => []]));
    }

    public function testLoopNamesHideOthersInTheirBodyOnly_R4(): void
    {
        $data = ['x' => 'data', 'outer' => [null, 1], 'inner' => [2, 3]];
        $template = '{% for x in outer %}({{ x }}){% endfor %}{{ x }}';
        $this->assertSame('()(1)data', TemplateRenderer::render($template, $data));
        $template = '{% for x in outer %}{{ x }}{% for x in inner %}{{ x }}{% endfor %}{{ x }};{% endfor %}';
        $this->assertSame('23;1231;', TemplateRenderer::render($template, $data));
        $this->assertKind(ErrorKind::Missing, '{% for y in inner %}{% endfor %}{{ y }}', $data);
    }

    public function testInnerLoopsOverOuterNames_R4(): void
    {
        $data = ['rows' => [['cells' => [1, 2]], ['cells' => []], ['cells' => [3]]], 'x' => [[4], [5]]];
        $template = '{% for r in rows %}{% for c in r.cells %}{{ c }}{% endfor %};{% endfor %}';
        $this->assertSame('12;;3;', TemplateRenderer::render($template, $data));
        $template = '{% for x in x %}{% for x in x %}{{ x }}{% endfor %}{% endfor %}';
        $this->assertSame('45', TemplateRenderer::render($template, $data));
    }

    public function testFalseAndTrue_R5(): void
    {
        $template = '{% if x %}T{% else %}F{% endif %}{% if not x %}T{% else %}F{% endif %}';
        foreach ([null, false, 0, '', []] as $x) {
            $this->assertSame('FT', TemplateRenderer::render($template, ['x' => $x]), json_encode($x));
        }
        foreach ([true, 1, -1, '0', 'false', ' ', [null], ['a' => null]] as $x) {
            $this->assertSame('TF', TemplateRenderer::render($template, ['x' => $x]), json_encode($x));
        }
        $this->assertSame('FT', TemplateRenderer::render($template, []));
        $template = '{% if x.a.0.b %}T{% else %}F{% endif %}';
        $this->assertSame('F', TemplateRenderer::render($template, ['x' => 'text']));
    }

    public function testElseMayBeLeftOutAndBlocksNest_R5(): void
    {
        $template = '{% if a %}A{% endif %}{% if b %}B{% endif %}';
        $this->assertSame('B', TemplateRenderer::render($template, ['b' => 1]));
        $template = '{% if a %}{% if b %}1{% else %}2{% endif %}{% else %}{% if b %}3{% else %}4{% endif %}{% endif %}';
        $this->assertSame('2', TemplateRenderer::render($template, ['a' => 1]));
        $this->assertSame('3', TemplateRenderer::render($template, ['b' => 1]));
    }

    public function testBranchNotTakenIsNotRendered_R5(): void
    {
        $bad = '{{ gone }}{{ list }}{{ 1 | never }}{% for x in gone %}{% endfor %}';
        $filters = ['never' => $this->counted(...)];
        foreach (["{% if gone %}$bad{% else %}ok{% endif %}", "{% if not gone %}ok{% else %}$bad{% endif %}"] as $template) {
            $this->assertSame('ok', TemplateRenderer::render($template, ['list' => []], $filters));
        }
        $this->assertSame(0, $this->calls);
    }

    public function testMissingPaths_R6(): void
    {
        $data = ['map' => ['a' => 1, 5 => 'five'], 'list' => ['a'], 'text' => 'abc', 'nil' => null];
        $paths = ['gone', 'map.gone', 'map.5', 'list.1', 'list.name', 'text.0', 'text.length', 'nil.a', 'gone.a.0'];
        foreach ([...$paths, 'list.99999999999999999999999'] as $path) {
            $this->assertKind(ErrorKind::Missing, "{{ $path }}", $data);
            $this->assertKind(ErrorKind::Missing, "{{ $path | never }}", $data, ['never' => $this->counted(...)]);
            $this->assertKind(ErrorKind::Missing, "{% for x in $path %}{% endfor %}", $data);
        }
        $this->assertSame(0, $this->calls);
    }

    public function testListsAndMapsAreNotPrinted_R6(): void
    {
        foreach ([[], ['a'], ['a' => 1]] as $x) {
            $this->assertKind(ErrorKind::Type, '{{ x }}', ['x' => $x]);
            $this->assertKind(ErrorKind::Type, '{{& x }}', ['x' => $x]);
            $this->assertKind(ErrorKind::Type, '{{ 1 | give }}', [], ['give' => fn (): array => $x]);
        }
    }

    public function testForGoesOverListsOnly_R6(): void
    {
        foreach (['ab', ['a' => 1], [1 => 'a'], null, 3, true, ''] as $x) {
            $this->assertKind(ErrorKind::Type, '{% for y in x %}{% endfor %}', ['x' => $x]);
        }
    }

    public function testValuesOfOtherKinds_R6(): void
    {
        $templates = [
            '{{ x }}', '{{ x.a }}', '{{ l.0 }}', '{% if x %}{% endif %}', '{% if x.a %}{% endif %}',
            '{% for y in x %}{% endfor %}', '{% for y in l %}{{ y }}{% endfor %}',
        ];
        foreach ([1.5, 2.0, fn () => 1, new ArrayObject(['a' => 1]), (object) ['a' => 1], ErrorKind::Type] as $x) {
            foreach ($templates as $template) {
                $this->assertKind(ErrorKind::Type, $template, ['x' => $x, 'l' => [$x]]);
            }
            $filters = ['give' => fn (): mixed => $x, 'never' => $this->counted(...)];
            $this->assertKind(ErrorKind::Type, '{{ 1 | give | never }}', [], $filters);
        }
        $this->assertSame(0, $this->calls);
        $this->assertSame('1', TemplateRenderer::render('{{ a }}', ['a' => 1, 'other' => 1.5]));
    }

    public function testTagsAgainstTheRules_R7(): void
    {
        $tags = [
            '{{ }}', '{{}}', '{{ x', '{{ x } }', '{{{ x }}', '{{ &x }}', '{{&&x}}', '{{ x y }}', '{{ x. }}', '{{ x .y }}',
            '{{ x.01 }}', '{{ x.-1 }}', '{{ .x }}', '{{ 1x }}', '{{ - 1 }}', '{{ +1 }}', '{{ 1.5 }}',
            '{{ 1234567890123456 }}', "{{ 'a' }}", '{{ "a }}', '{{ "\n" }}', '{{ "a" "b" }}', '{{ é }}', "{{ x\u{A0}}}",
            "{{ x\f}}", "{{ \u{661} }}", '{{ x | }}', '{{ x || f }}', '{{ x | f( }}', '{{ x | f(,) }}', '{{ x | f(1,) }}',
            '{{ x | f(1 2) }}', '{{ x | f(x) }}', '{{ x | 1 }}', '{{ x | f) }}', '{{ in }}', '{{ not x }}',
            '{{ endif.a }}', '{{ x %}',
        ];
        foreach ($tags as $tag) {
            $this->assertAt(ErrorKind::Syntax, 1, 2, ".$tag", ['x' => 1], ['f' => fn (mixed $value): mixed => $value]);
        }
    }

    public function testStatementsAgainstTheRules_R7(): void
    {
        $tags = [
            '{% %}', '{%%}', '{% if %}', '{% if not %}', '{% if 1 %}', '{% if x | f %}', '{% if x y %}', '{% if in %}',
            '{% ifx %}', '{% if not not x %}', '{% if not.x %}', '{% if "x" %}', '{% for x %}', '{% for x of y %}',
            '{% for x iny %}', '{% for x.y in z %}', '{% for in in y %}', '{% for not in y %}', '{% for x in endif %}',
            '{% for x in "a" %}', '{% for x in y | f %}', '{% else %}', '{% endif %}', '{% endfor %}', '{% IF x %}',
            '{% set x %}', '{% if x }}', '{% if x', '{% for x in y', '{%- if x %}',
        ];
        foreach ($tags as $tag) {
            $data = ['x' => 1, 'y' => []];
            $this->assertAt(ErrorKind::Syntax, 1, 2, ".$tag{% endif %}", $data, ['f' => fn (mixed $value): mixed => $value]);
        }
    }

    public function testBlockTagsWhereNoneCanStand_R7(): void
    {
        $this->assertAt(ErrorKind::Syntax, 1, 11, '{% if x %}{% endfor %}{% endif %}');
        $this->assertAt(ErrorKind::Syntax, 1, 18, '{% for x in y %}.{% else %}{% endfor %}');
        $this->assertAt(ErrorKind::Syntax, 1, 17, '{% for x in y %}{% endif %}{% endfor %}');
        $this->assertAt(ErrorKind::Syntax, 1, 21, '{% if x %}{% else %}{% else %}{% endif %}');
        $this->assertAt(ErrorKind::Syntax, 1, 22, '{% if x %}{% endif %}{% endif %}');
        $this->assertAt(ErrorKind::Syntax, 1, 11, '{% if x %}{% else x %}{% endif %}');
        $this->assertAt(ErrorKind::Syntax, 1, 11, '{% if x %}{% endif x %}');
    }

    public function testInnermostBlockWithoutEndIsReportedLast_R7(): void
    {
        $this->assertAt(ErrorKind::Syntax, 2, 2, "{% if a %}\n {% for x in y %}{% if b %}{% endif %}");
        $this->assertAt(ErrorKind::Syntax, 1, 1, '{% if a %}{% else %}{% if b %}{% endif %}');
        $this->assertAt(ErrorKind::UnknownFilter, 1, 11, '{% if a %}{{ x | gone }}{% for x in y %}');
        $this->assertAt(ErrorKind::Syntax, 1, 11, '{% if a %}{{ x ');
    }

    public function testFirstTagCountsAndSyntaxInTheSameTag_R7(): void
    {
        $this->assertAt(ErrorKind::UnknownFilter, 1, 2, ' {{ x | gone }}{{ }}');
        $this->assertAt(ErrorKind::Syntax, 1, 1, '{{ }}{{ x | gone }}');
        $this->assertAt(ErrorKind::Syntax, 1, 1, '{{ x | gone | }}');
        $this->assertAt(ErrorKind::UnknownFilter, 1, 1, '{{ x | f | gone }}', ['x' => 1], ['f' => 'strval']);
    }

    public function testNoFilterIsCalledBeforeTheWholeTemplateIsChecked_R7(): void
    {
        $filters = ['f' => $this->counted(...)];
        $template = '{{ 1 | f }}{% if no %}.{{ 1 | gone }}{% endif %}';
        $this->assertAt(ErrorKind::UnknownFilter, 1, 24, $template, [], $filters);
        $this->assertKind(ErrorKind::Syntax, '{{ 1 | f }}{{ gone }}{% if x %}', [], $filters);
        $this->assertKind(ErrorKind::Syntax, '{{ gone }}{% if no %}{{ 1 + 1 }}{% endif %}', [], $filters);
        $this->assertSame(0, $this->calls);
    }

    public function testPositionsCountLfAndCodePoints_R7(): void
    {
        $this->assertAt(ErrorKind::Missing, 1, 1, '{{ gone }}');
        $this->assertAt(ErrorKind::Missing, 3, 1, "\r\n\n{{ gone }}");
        $this->assertAt(ErrorKind::Missing, 1, 3, "\r\u{2028}{{ gone }}");
        $this->assertAt(ErrorKind::Type, 2, 4, "\u{1F600}\n\u{1F600}é {{ list }}", ['list' => []]);
        $this->assertAt(ErrorKind::Missing, 3, 6, "{{\n\"\n\" }} {% for x in\n gone %}{% endfor %}");
        $this->assertAt(ErrorKind::Type, 2, 1, "\n{% if x %}\n{% endif %}", ['x' => 1.5]);
        $this->assertAt(ErrorKind::Missing, 2, 2, "{% for x in list %}\n {{ gone }}{% endfor %}", ['list' => [1]]);
    }

    public function testValuesAreNeverReadAsTemplate_R8(): void
    {
        $data = ['x' => '{{ secret }}{% if %}$0\\1', 'secret' => 's'];
        $template = '{{ x }}{{& x }}{{ x | same }}';
        $same = ['same' => fn (string $value): string => $value];
        $this->assertSame(str_repeat($data['x'], 3), TemplateRenderer::render($template, $data, $same));
        $data = ['open' => '{', 'secret' => 's'];
        $this->assertSame('{{ secret }}', TemplateRenderer::render('{{& open }}{ secret }}', $data));
    }

    public function testPathsSeeOwnEntriesOnly_R8(): void
    {
        $data = ['map' => ['a' => 1], 'list' => [1], 'text' => 'abc'];
        foreach (['constructor', '__proto__', 'toString', 'length', 'size', 'class', 'count', 'this'] as $name) {
            foreach ([$name, "map.$name", "list.$name", "text.$name"] as $path) {
                $this->assertKind(ErrorKind::Missing, "{{ $path }}", $data);
                $template = "{% if $path %}T{% else %}F{% endif %}";
                $this->assertSame('F', TemplateRenderer::render($template, $data));
            }
            $own = [$name => 'own', 'm' => [$name => 'own']];
            $this->assertSame('ownown', TemplateRenderer::render("{{ $name }}{{ m.$name }}", $own));
        }
    }

    public function testFiltersAreThoseOfTheRegistryOnly_R8(): void
    {
        foreach (['constructor', 'toString', 'class', 'strtoupper', 'trim'] as $name) {
            $this->assertKind(ErrorKind::UnknownFilter, "{{ \"a\" | $name }}");
            $own = [$name => fn (): string => 'own'];
            $this->assertSame('own', TemplateRenderer::render("{{ \"a\" | $name }}", [], $own));
        }
    }

    private function counted(mixed $value): mixed
    {
        $this->calls++;

        return $value;
    }

    private function assertKind(ErrorKind $kind, string $template, array $data = [], array $filters = []): TemplateException
    {
        try {
            TemplateRenderer::render($template, $data, $filters);
        } catch (TemplateException $error) {
            $this->assertSame($kind, $error->kind, $template);

            return $error;
        }
        $this->fail("no error: $template");
    }

    private function assertAt(
        ErrorKind $kind,
        int $line,
        int $column,
        string $template,
        array $data = [],
        array $filters = [],
    ): TemplateException {
        $error = $this->assertKind($kind, $template, $data, $filters);
        $this->assertSame([$line, $column], [$error->templateLine, $error->templateColumn], $template);

        return $error;
    }
}
