#include "panels/requests/draft_store.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

namespace panels::requests {
namespace {

QString text(const std::string& s) { return QString::fromStdString(s); }

}  // namespace

QString DraftStore::file_of(const std::string& id) const {
  if (folder_.isEmpty()) return {};
  return folder_ + QStringLiteral("/.slipway/drafts/") + QString::fromLatin1(text(id).toUtf8().toPercentEncoding()) + QStringLiteral(".json");
}

bool DraftStore::store(const workbench::traffic::SavedRequest& request) const {
  if (folder_.isEmpty() || !QDir(folder_).exists()) return false;
  QDir(folder_).mkpath(QStringLiteral(".slipway/drafts"));
  QJsonArray headers, assertions;
  for (const auto& [name, value] : request.headers) headers.append(QJsonArray{text(name), text(value)});
  for (const std::string& a : request.assertions) assertions.append(text(a));
  QSaveFile file(file_of(request.id));
  if (!file.open(QIODevice::WriteOnly)) return false;
  file.write(QJsonDocument(QJsonObject{{QStringLiteral("id"), text(request.id)}, {QStringLiteral("method"), text(request.method)}, {QStringLiteral("url"), text(request.url)},
                                       {QStringLiteral("headers"), headers}, {QStringLiteral("body"), text(request.body)}, {QStringLiteral("assertions"), assertions},
                                       {QStringLiteral("name"), text(request.name)}, {QStringLiteral("folder"), text(request.folder)}, {QStringLiteral("file"), text(request.file)}})
                 .toJson());
  return file.commit();
}

std::optional<workbench::traffic::SavedRequest> DraftStore::load(const std::string& id) const {
  QFile file(file_of(id));
  if (folder_.isEmpty() || !file.open(QIODevice::ReadOnly)) return {};
  const QJsonObject object = QJsonDocument::fromJson(file.readAll()).object();
  if (object.isEmpty()) return {};
  workbench::traffic::SavedRequest request;
  const auto take = [&object](const char* key) { return object.value(QLatin1String(key)).toString().toStdString(); };
  request.id = id, request.method = take("method"), request.url = take("url"), request.body = take("body");
  request.name = take("name"), request.folder = take("folder"), request.file = take("file");
  for (const auto& header : object.value(QLatin1String("headers")).toArray())
    request.headers.emplace_back(header.toArray().at(0).toString().toStdString(), header.toArray().at(1).toString().toStdString());
  for (const auto& a : object.value(QLatin1String("assertions")).toArray()) request.assertions.push_back(a.toString().toStdString());
  return request;
}

bool DraftStore::has(const std::string& id) const { return !folder_.isEmpty() && QFile::exists(file_of(id)); }
void DraftStore::discard(const std::string& id) const {
  if (!folder_.isEmpty()) QFile::remove(file_of(id));
}

}  // namespace panels::requests
