// Redaction: an exchange as it may be written down. What telemetry/log_mask.h calls secret is masked: headers, query and form fields and
// members of JSON bodies by their names, bearer tokens and passwords in URLs wherever they stand. Bodies end at 64 KiB, with a line that
// says how long they were.
#pragma once

#include "workbench/traffic/exchange.h"

namespace workbench::traffic {

constexpr std::size_t kKeptBody = 64 << 10;

Exchange redacted(const Exchange& exchange);

}  // namespace workbench::traffic
