// The samples, small enough to be read in one look: each shows one thing a service can do.
#include "workbench/scaffold/sources.h"

namespace workbench::scaffold {

namespace {

constexpr std::string_view kChain = "middleware:\n  - recovery\n  - tracing\n  - metrics\n  - timeout: { after: 2s }\n";

struct Entry {
  Sample sample;
  Draft draft;
};

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all = [] {
    std::vector<Entry> out;
    const std::string http = "service: @NAME@\nhttp: { address: 127.0.0.1, port: @PORT@ }\n";
    out.push_back({{"echo", "answers with what arrived"},
                   {"echo", "# Answers with what arrived: method, path, query, headers and body.\n" + http + std::string(kChain) +
                                "routes:\n  - GET /echo:\n      - echo\n  - POST /echo:\n      - echo\n",
                    {}, {}}});
    out.push_back({{"notes", "keeps notes in SQLite, reads through the cache"},
                   {"notes",
                    "# Keeps notes in SQLite and answers reads through the cache.\n" + http +
                        "database: { file: @NAME@.db, schema: schema/@NAME@.sql }\ncache: { max_entries: 1000, ttl: 30s }\n" + std::string(kChain) +
                        "  - validate:\n      operations:\n        POST /notes:\n          text: { type: string, required: true, min_length: 1, max_length: 500 }\nroutes:\n"
                        "  - POST /notes:\n      - sql: { query: \"INSERT INTO notes (text) VALUES (?)\", params: [\"{{body.text}}\"], as: saved }\n"
                        "      - reply: { status: 201, body: { id: \"{{saved.last_id}}\", text: \"{{body.text}}\" } }\n"
                        "  - GET /notes:\n      - sql: { query: \"SELECT id, text FROM notes ORDER BY id\", as: notes }\n      - reply: { body: { notes: \"{{notes}}\" } }\n"
                        "  - GET /notes/{id}:\n      - cache:\n          key: \"note:{{path.id}}\"\n          as: note\n          fill:\n            - sql:\n"
                        "                query: SELECT id, text FROM notes WHERE id = ?\n                params: [\"{{int(path.id)}}\"]\n                as: note\n                one: true\n"
                        "                missing: { status: 404, reason: NOTE_NOT_FOUND, message: \"there is no note {{path.id}}\" }\n      - reply: { body: \"{{note}}\" }\n",
                    {{"schema/@NAME@.sql", "CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL);\n"}},
                    {}}});
    out.push_back({{"worker", "three instances that queue their work"},
                   {"worker",
                    "# Three instances, each with two workers and a queue: what a balancer can be tried on.\nservice: @NAME@\ninstances: 3\n"
                    "http: { address: 127.0.0.1, port: @PORT@ }\n" + std::string(kChain) +
                        "routes:\n  - GET /work:\n      - work: { service_time: 5ms, workers: 2, distribution: exponential }\n      - reply: { body: { done: true } }\n",
                    {}, {}}});
    out.push_back({{"greeter", "a gRPC service with one method"},
                   {"greeter",
                    "# Greets over gRPC.\nservice: @NAME@\ngrpc: { address: 127.0.0.1, port: @PORT@, proto: protos/greeter.proto }\n" + std::string(kChain) +
                        "routes:\n  - /greeter.v1.Greeter/Greet:\n      - reply: { body: { message: \"hello {{body.name}}\" } }\n",
                    {{"protos/greeter.proto",
                      "syntax = \"proto3\";\npackage greeter.v1;\n\nservice Greeter {\n  rpc Greet(GreetRequest) returns (GreetReply);\n}\n\n"
                      "message GreetRequest { string name = 1; }\nmessage GreetReply { string message = 1; }\n"}},
                    {}}});
    return out;
  }();
  return all;
}

}  // namespace

const std::vector<Sample>& samples() {
  static const std::vector<Sample> names = [] {
    std::vector<Sample> out;
    for (const auto& e : entries()) out.push_back(e.sample);
    return out;
  }();
  return names;
}

const Draft* sample_draft(std::string_view name) {
  for (const auto& e : entries())
    if (e.sample.name == name) return &e.draft;
  return nullptr;
}

Draft empty_draft() {
  return {"service",
          "service: @NAME@\nhttp: { address: 127.0.0.1, port: @PORT@ }\n" + std::string(kChain) + "routes:\n  - GET /:\n      - reply: { body: { service: @NAME@ } }\n",
          {},
          {}};
}

}  // namespace workbench::scaffold
