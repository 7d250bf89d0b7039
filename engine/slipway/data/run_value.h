// run_value: one statement, its result as a Value: a list of maps for statements that give rows, else a map {changes, last_id}.
// For handlers that work on trees; structs and typed queries use Database directly.
#pragma once

#include <string>
#include <vector>

#include "slipway/data/database.h"

namespace slipway::data {

Task<Result<Value>> run_value(Database& database, context::Context context, std::string sql, std::vector<Value> parameters);

}  // namespace slipway::data
