// The fields of views, for codec::append_json and codec::from_value: as they stand in the file of a run. A field that is added is read
// as its default from older files.
#pragma once

#include "workbench/host/views.h"
#include "workbench/recorder/described.h"
#include "workbench/traffic/exchange.h"

namespace slipway::telemetry {

BOOST_DESCRIBE_ENUM(Level, Debug, Info, Warning, Error, Off)
BOOST_DESCRIBE_STRUCT(LogLine, (), (wall_ns, level, logger, text, trace_id, operation, service, caller, fields))

}  // namespace slipway::telemetry

namespace workbench::traffic {

BOOST_DESCRIBE_STRUCT(SavedRequest, (), (id, name, folder, file, method, url, headers, body, assertions))
BOOST_DESCRIBE_STRUCT(Assertion, (), (text, held, found))
BOOST_DESCRIBE_STRUCT(Exchange, (), (request, url, sent_headers, sent_body, status, reason, headers, body, trace_id, started_wall_ns, connect_ns, first_byte_ns, total_ns, reused_connection,
                                     config_version, assertions, error))

}  // namespace workbench::traffic

// Written and read as the list of its rows.
template <>
struct slipway::codec::detail::IsVector<workbench::host::ConfigRows> : std::true_type {};

namespace workbench::host {

BOOST_DESCRIBE_ENUM(ServiceState, Stopped, Starting, Running, Draining, Failed)
BOOST_DESCRIBE_STRUCT(MiddlewareView, (), (name, describe, on, config_keys))
BOOST_DESCRIBE_STRUCT(ServiceRow, (), (service, instance, state, kind, address, url, uptime, rate, middleware, slow, design, error, holder_pid, holder_name, next_free_port))
BOOST_DESCRIBE_ENUM(ConfigType, Bool, Int, Float, String, Duration, Size, Enum, List, Secret, Url)
BOOST_DESCRIBE_STRUCT(ConfigCell, (), (remote, layer, present, wins, text, raw, place))
BOOST_DESCRIBE_STRUCT(ConfigRow, (), (key, text, layer, type, unit, doc, live, known, secret, choices, cells, readers))
BOOST_DESCRIBE_STRUCT(ConfigChange, (), (version, wall_ns, who, key, before, after, had_before, has_after, source, applied_ns, applied_by, refused_by))
BOOST_DESCRIBE_STRUCT(ConfigTable, (), (version, layers, remote, rows, problems))
BOOST_DESCRIBE_STRUCT(Edge, (), (from, to, requests_per_s, errors_per_s))
BOOST_DESCRIBE_STRUCT(Totals, (), (running, services, requests_per_s, errors_per_s, p99_ns, entry_service, recorder, rss_bytes))

}  // namespace workbench::host
