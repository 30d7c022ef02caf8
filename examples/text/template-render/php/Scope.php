<?php

declare(strict_types=1);

namespace TemplateRender;

/** The name of a loop with its item, and the scope around it. */
final class Scope
{
    public function __construct(
        private readonly string $name,
        public readonly mixed $item,
        private readonly ?self $outer,
    ) {
    }

    public function find(string $name): ?self
    {
        $scope = $this;
        while ($scope !== null && $scope->name !== $name) {
            $scope = $scope->outer;
        }

        return $scope;
    }
}
