<?php

declare(strict_types=1);

namespace JsonPatch;

/** Why an operation cannot be applied. */
enum Reason: string
{
    case InvalidOperation = 'invalid-operation';
    case InvalidPointer = 'invalid-pointer';
    case IntoItself = 'into-itself';
    case InvalidIndex = 'invalid-index';
    case NotFound = 'not-found';
    case TestFailed = 'test-failed';
}
