// ApolloSource: a layer of config kept in Apollo, by the HTTP API for clients (configs and notifications/v2); rank Remote.
// Namespaces are laid over each other in the order given. A namespace whose name ends in .yaml, .yml or .json is a document;
// any other is a list of properties with dotted keys. Changes arrive by long polling. Cannot be written: Apollo's changes are
// released in its portal.
// Tested against a double of the protocol written from Apollo's documentation: no Apollo server is packaged for Debian 12.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "slipway/config/source.h"

namespace slipway::adapters {

struct ApolloOptions {
  std::string url = "http://127.0.0.1:8080";
  std::string app_id;
  std::string cluster = "default";
  std::vector<std::string> namespaces = {"application"};
  std::string secret;                    // access key; requests are signed when it is set
  std::string authority_file;
  std::string name = "apollo";
};

std::unique_ptr<config::Source> make_apollo_source(ApolloOptions options);

// "Authorization" of a signed request: base64 of HMAC-SHA1 over "<milliseconds>\n<path and query>".
std::string apollo_signature(std::string_view app_id, std::string_view secret, std::string_view milliseconds, std::string_view target);

}  // namespace slipway::adapters
