<?php

declare(strict_types=1);

namespace ChildSupervisor;

/** What a supervisor is doing; the last four are final. */
enum State
{
    /** A start is due now or later. */
    case Waiting;
    case Running;
    case Stopping;
    case Succeeded;
    case GaveUp;
    case Stopped;
    case StartFailed;
}
