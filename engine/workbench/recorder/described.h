// The fields of what the recorder says, for codec::append_json and codec::from_value: as they stand in the file of a run.
#pragma once

#include "slipway/codec/typed.h"
#include "workbench/recorder/recorder.h"

namespace workbench::recorder {

BOOST_DESCRIBE_ENUM(Event::Level, Info, Warning, Error)
BOOST_DESCRIBE_STRUCT(Event, (), (wall_ns, level, kind, subject, text))
BOOST_DESCRIBE_STRUCT(ServiceRate, (), (instance, requests_per_s, errors_per_s, p50_ns, p99_ns, history, p99_history_ms, total, errors))
BOOST_DESCRIBE_STRUCT(Counts, (), (traces_kept, trace_capacity, spans_kept, dropped, sampling, bytes))

}  // namespace workbench::recorder
