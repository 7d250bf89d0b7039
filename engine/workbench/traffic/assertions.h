// Assertions: what a saved request expects of its reply.
//
//   status == 201            status in 200,201        time < 200ms
//   body.id exists           body.items.0.sku == "A-1"    body.total.amount >= 4780    body contains "ok"    body.error missing
//   header.content-type contains json                 header.x-id matches ^[0-9]+$
//
// Operators: == != < <= > >= contains in matches exists missing. Text may be quoted. Numbers compare as numbers.
#pragma once

#include <string_view>
#include <vector>

#include "workbench/traffic/exchange.h"

namespace workbench::traffic {

// Never fails: an assertion that cannot be read does not hold, and `found` says why.
Assertion check(std::string_view text, const Exchange& exchange);
std::vector<Assertion> check_all(const std::vector<std::string>& texts, const Exchange& exchange);

}  // namespace workbench::traffic
