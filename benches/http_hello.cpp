// http_hello: GET /hello/{name} -> {"message":"hello NAME"}, as a server and as a comparison with nginx `return 200`.
//
//   http_hello --serve PORT [--workers N] [--chain]     a typed handler, bare or with the six middlewares
//   http_hello --bench [--seconds N] [--pairs N]        both servers in turn on one core, wrk on the other; ratios
//   http_hello --allocations [--chain]                  allocations per request after a warm-up
//
// --bench needs nginx and wrk and two cores. Budgets: requests/s >= 0.95 and CPU per request <= 1.0 of nginx, bare and with
// the chain; 16 pipelined requests >= 4x nginx; at most 2 allocations per request. Exit 1 when one does not hold.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "slipway/http/typed.h"
#include "slipway/middleware/builtin.h"
#include "slipway/telemetry/telemetry.h"

// Every allocation of the process goes through here, counted while `counting` is on.
namespace {
std::atomic<bool> counting{false};
std::atomic<std::uint64_t> allocations{0};
void* counted(std::size_t size, std::size_t alignment) {
  if (counting.load(std::memory_order_relaxed)) allocations.fetch_add(1, std::memory_order_relaxed);
  void* memory = alignment > alignof(std::max_align_t) ? std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment)
                                                       : std::malloc(size ? size : 1);
  if (!memory) throw std::bad_alloc();
  return memory;
}
}  // namespace
void* operator new(std::size_t size) { return counted(size, 1); }
void* operator new[](std::size_t size) { return counted(size, 1); }
void* operator new(std::size_t size, std::align_val_t a) { return counted(size, static_cast<std::size_t>(a)); }
void* operator new[](std::size_t size, std::align_val_t a) { return counted(size, static_cast<std::size_t>(a)); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }

namespace {
using namespace slipway;

struct HelloRequest {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(HelloRequest, (), (name))
struct HelloReply {
  std::string message;
};
BOOST_DESCRIBE_STRUCT(HelloReply, (), (message))

Result<HelloReply> hello(const HelloRequest& request) {
  HelloReply reply{"hello "};
  reply.message += request.name;
  return reply;
}

// The server of this program, with its workers.
struct Hello {
  Hello(int port, int workers, bool chain)
      : loops({.count = workers, .blocking_threads = 1}), telemetry(telemetry::Telemetry::Options(), nullptr),
        server(loops, {.port = port, .service = "hello", .telemetry = chain ? &telemetry : nullptr}) {
    if (chain) {
      for (const char* name : {"recovery", "tracing", "logging", "metrics", "metadata", "timeout"}) {
        auto step = middleware::make_middleware(name);
        if (!step.ok()) {
          std::fprintf(stderr, "%s: %s\n", name, step.error().to_string().c_str());
          std::exit(1);
        }
        server.use(*step);
      }
    }
    check(server.get("/hello/{name}", hello));
    check(server.start());
  }
  static void check(const Status& status) {
    if (status.ok()) return;
    std::fprintf(stderr, "http_hello: %s\n", status.error().to_string().c_str());
    std::exit(69);
  }
  transport::Workers loops;
  telemetry::Telemetry telemetry;
  http::Server server;
};

int serve(int port, int workers, bool chain) {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  sigprocmask(SIG_BLOCK, &stop, nullptr);  // before the workers start, so that they inherit it
  Hello hello(port, workers, chain);
  std::printf("listening on %s\n", hello.server.endpoint().url().c_str());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&stop, &signal);
  const auto drained = hello.server.drain(std::chrono::seconds(5));
  if (!drained.ok()) std::fprintf(stderr, "%s\n", drained.error().to_string().c_str());
  return 0;
}

// ---- a small blocking client, for the allocation count ----

int connect_to(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

double allocations_per_request(bool chain) {
  constexpr int kWarmUp = 1000, kCounted = 10'000;
  Hello hello(0, 1, chain);
  const int fd = connect_to(hello.server.endpoint().port);
  static constexpr char kRequest[] = "GET /hello/world HTTP/1.1\r\nHost: a\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n";
  char reply[4096];
  const auto one = [&] {
    if (send(fd, kRequest, sizeof kRequest - 1, MSG_NOSIGNAL) < 0) return;
    for (std::size_t have = 0; have < sizeof reply;) {
      const ssize_t n = recv(fd, reply + have, sizeof reply - have, 0);
      if (n <= 0) return;
      have += static_cast<std::size_t>(n);
      if (std::memchr(reply, '}', have)) return;
    }
  };
  for (int i = 0; i < kWarmUp; ++i) one();
  allocations = 0;
  counting = true;
  for (int i = 0; i < kCounted; ++i) one();
  counting = false;
  close(fd);
  return static_cast<double>(allocations.load()) / kCounted;
}

// ---- the comparison ----

struct Child {
  pid_t pid = -1;
  std::vector<pid_t> serving;  // whose CPU time counts
};

void pin_to(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  sched_setaffinity(0, sizeof set, &set);
}

Child spawn(const std::vector<std::string>& words, int cpu) {
  std::vector<char*> argv;
  for (const auto& w : words) argv.push_back(const_cast<char*>(w.c_str()));
  argv.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    pin_to(cpu);
    const int null = open("/dev/null", O_RDWR);
    dup2(null, 1);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  return {pid, {pid}};
}

void end(const Child& child) {
  kill(child.pid, SIGTERM);
  waitpid(child.pid, nullptr, 0);
}

bool wait_for(int port) {
  for (int i = 0; i < 400; ++i) {
    if (const int fd = connect_to(port); fd >= 0) {
      close(fd);
      return true;
    }
    usleep(10'000);
  }
  std::fprintf(stderr, "http_hello: nothing listens on port %d after 4 s\n", port);
  return false;
}

// User and system time of a process in seconds.
double cpu_of(pid_t pid) {

  double ns = 0;
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  FILE* list = popen(("cat " + tasks + "/*/schedstat 2>/dev/null").c_str(), "r");
  if (!list) return 0;
  double on_cpu = 0, waited = 0, slices = 0;
  while (std::fscanf(list, "%lf %lf %lf", &on_cpu, &waited, &slices) == 3) ns += on_cpu;
  pclose(list);
  return ns / 1e9;
}

// The one worker of an nginx master.
pid_t worker_of(pid_t master) {
  FILE* children = popen(("cat /proc/" + std::to_string(master) + "/task/*/children").c_str(), "r");
  int pid = 0;
  if (children) {
    if (std::fscanf(children, "%d", &pid) != 1) pid = 0;
    pclose(children);
  }
  return pid;
}

struct Slice {
  double per_second = 0, cpu_us = 0;
  long errors = 0;
};

Slice run_wrk(int port, int seconds, pid_t server, const std::string& script) {
  const double before = cpu_of(server);
  std::string command = "taskset -c 1 wrk -t1 -c64 -d" + std::to_string(seconds) + "s ";
  if (!script.empty()) command += "-s " + script + " ";
  command += "http://127.0.0.1:" + std::to_string(port) + "/hello/world 2>&1";
  FILE* out = popen(command.c_str(), "r");
  char line[512];
  long requests = 0, errors = 0;
  double elapsed = seconds;
  while (out && std::fgets(line, sizeof line, out)) {
    const char* text = line + std::strspn(line, " ");
    long n = 0, a = 0, b = 0, c = 0, d = 0;
    char time[32];
    if (std::sscanf(text, "%ld requests in %31[^,]", &n, time) == 2) {
      requests = n;
      elapsed = std::atof(time);
    }
    if (std::sscanf(text, "Socket errors: connect %ld, read %ld, write %ld, timeout %ld", &a, &b, &c, &d) == 4) errors += a + b + c + d;
    if (std::sscanf(text, "Non-2xx or 3xx responses: %ld", &a) == 1) errors += a;
  }
  if (out) pclose(out);
  const double cpu = cpu_of(server) - before;
  return {static_cast<double>(requests) / elapsed, requests ? cpu * 1e6 / static_cast<double>(requests) : 0, errors};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

struct Ratios {
  double rate = 0, cpu = 0;
  long errors = 0;
};

// ABBA: nginx, ours, ours, nginx; the ratio of the sums, so that a drift of the machine falls out.
Ratios compare(int nginx_port, pid_t nginx, int our_port, pid_t ours, int seconds, int pairs, const std::string& script) {
  std::vector<double> rates, cpus;
  long errors = 0;
  for (int i = 0; i < pairs; ++i) {
    const Slice a1 = run_wrk(nginx_port, seconds, nginx, script), b1 = run_wrk(our_port, seconds, ours, script);
    const Slice b2 = run_wrk(our_port, seconds, ours, script), a2 = run_wrk(nginx_port, seconds, nginx, script);
    rates.push_back((b1.per_second + b2.per_second) / (a1.per_second + a2.per_second));
    cpus.push_back((b1.cpu_us + b2.cpu_us) / (a1.cpu_us + a2.cpu_us));
    errors += b1.errors + b2.errors;
    std::printf("    nginx %8.0f/s %5.2f us    ours %8.0f/s %5.2f us    rate %.3f  cpu %.3f\n", (a1.per_second + a2.per_second) / 2,
                (a1.cpu_us + a2.cpu_us) / 2, (b1.per_second + b2.per_second) / 2, (b1.cpu_us + b2.cpu_us) / 2, rates.back(), cpus.back());
    std::fflush(stdout);
  }
  return {median(rates), median(cpus), errors};
}

std::string write_nginx_config(const std::string& folder, int port) {
  const std::string path = folder + "/nginx.conf";
  std::ofstream(path) << "worker_processes 1;\ndaemon off;\nerror_log " << folder << "/error.log;\npid " << folder << "/nginx.pid;\n"
                      << "events { worker_connections 2048; }\nhttp {\n  access_log off;\n  keepalive_requests 100000000;\n"
                      << "  client_body_temp_path " << folder << "; proxy_temp_path " << folder << "; fastcgi_temp_path " << folder
                      << "; uwsgi_temp_path " << folder << "; scgi_temp_path " << folder << ";\n"
                      << "  server {\n    listen 127.0.0.1:" << port << ";\n    default_type application/json;\n"
                      << "    location ~ ^/hello/(.*)$ { return 200 '{\"message\":\"hello $1\"}'; }\n  }\n}\n";
  return path;
}

int bench(const std::string& self, int seconds, int pairs) {
  if (std::thread::hardware_concurrency() < 2 || std::system("which nginx wrk taskset >/dev/null 2>&1") != 0) {
    std::fprintf(stderr, "http_hello: --bench needs two cores, nginx, wrk and taskset\n");
    return 69;
  }
  char folder[] = "/tmp/http_hello.XXXXXX";
  if (!mkdtemp(folder)) return 69;
  if (chmod(folder, 0755) != 0) return 69;
  const int nginx_port = transport::next_free_port(18080).value_or(0);
  const Child nginx = spawn({"nginx", "-c", write_nginx_config(folder, nginx_port), "-e", std::string(folder) + "/error.log"}, 0);
  bool held = wait_for(nginx_port);
  const pid_t nginx_worker = worker_of(nginx.pid);
  const std::string script = std::string(folder) + "/pipeline.lua";
  std::ofstream(script) << "init = function(args)\n  local r = {}\n  for i = 1, 16 do r[i] = wrk.format(\"GET\", \"/hello/world\") end\n"
                        << "  req = table.concat(r)\nend\nrequest = function() return req end\n";
  const auto judge = [&](const char* what, double value, const char* relation, double budget) {
    const bool good = relation[0] == '>' ? value >= budget : value <= budget;
    held = held && good;
    std::printf("%-34s %7.3f   (budget %s %.2f) %s\n", what, value, relation, budget, good ? "held" : "NOT HELD");
  };
  for (const bool chain : {false, true}) {
    if (!held && nginx_worker == 0) break;
    const int port = transport::next_free_port(nginx_port + 1).value_or(0);
    std::vector<std::string> words{self, "--serve", std::to_string(port), "--workers", "1"};
    if (chain) words.push_back("--chain");
    const Child ours = spawn(words, 0);
    wait_for(port);
    const std::string kind = chain ? "chain of six" : "bare";
    std::printf("  %s, 64 connections\n", kind.c_str());
    const Ratios plain = compare(nginx_port, nginx_worker, port, ours.pid, seconds, pairs, "");
    judge((kind + ": requests/s of nginx").c_str(), plain.rate, ">=", 0.95);
    judge((kind + ": CPU/request of nginx").c_str(), plain.cpu, "<=", 1.0);
    if (!chain) {
      std::printf("  bare, 16 pipelined\n");
      const Ratios pipelined = compare(nginx_port, nginx_worker, port, ours.pid, seconds, std::max(1, pairs / 2), script);
      judge("16 pipelined: requests/s of nginx", pipelined.rate, ">=", 4.0);
    }
    judge((kind + ": failed requests").c_str(), static_cast<double>(plain.errors), "<=", 0);
    end(ours);
    judge((kind + ": allocations per request").c_str(), allocations_per_request(chain), "<=", 2.0);
  }
  end(nginx);
  if (std::system(("rm -rf " + std::string(folder)).c_str()) != 0) std::fprintf(stderr, "left behind: %s\n", folder);
  return held ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  int port = 0, workers = 1, seconds = 2, pairs = 5;
  bool chain = false, allocations_only = false, compare_now = false, serving = false;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto number = [&] { return i + 1 < argc ? std::atoi(argv[++i]) : 0; };
    if (word == "--serve") {
      serving = true;
      port = number();
    } else if (word == "--workers") {
      workers = number();
    } else if (word == "--seconds") {
      seconds = number();
    } else if (word == "--pairs") {
      pairs = number();
    } else if (word == "--chain") {
      chain = true;
    } else if (word == "--bench") {
      compare_now = true;
    } else if (word == "--allocations") {
      allocations_only = true;
    } else {
      serving = compare_now = allocations_only = false;
      break;
    }
  }
  if (serving) return serve(port, workers, chain);
  if (compare_now) return bench("/proc/self/exe", std::max(seconds, 1), std::max(pairs, 1));
  if (allocations_only) {
    std::printf("allocations per request: %.3f\n", allocations_per_request(chain));
    return 0;
  }
  std::fprintf(stderr, "usage: http_hello --serve PORT [--workers N] [--chain] | --bench [--seconds N] [--pairs N] | --allocations [--chain]\n");
  return 1;
}
