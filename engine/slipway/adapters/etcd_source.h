// EtcdSource: a layer of config kept in etcd (3.4 and later), by its JSON gateway; rank Remote, above files.
//
// Every entry below `prefix` belongs to the document, in the order of its names (see remote_source.h: "orders.yaml" is a
// document, "orders/http/timeout" one key). Changes arrive by etcd's watch, from the very revision that was read, so none is
// missed; while etcd does not answer the last good document stays and problems() says so. Keys that are entries of their own
// can be written, several at once in one transaction; a key inside a document entry is edited there, comments and all.
// The places that explain shows hold the revision: "etcd /config/orders.yaml:3:5 rev 812".
#pragma once

#include <memory>
#include <string>

#include "slipway/config/source.h"

namespace slipway::adapters {

struct EtcdOptions {
  std::string url = "http://127.0.0.1:2379";
  std::string prefix = "/config/";       // "/" is added at the end when it is missing
  std::string user, password;            // empty: no authentication
  std::string authority_file;            // PEM, for https; empty: the system's
  std::string name = "etcd";             // the layer's
};

std::unique_ptr<config::Source> make_etcd_source(EtcdOptions options);

}  // namespace slipway::adapters
