// The Config table: a row per key, its effective value, and one track cell per layer — filled where it wins, hollow where
// it is overlaid. Filtering happens here, so that keys keep their order and selection.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "panels/kit/table.h"
#include "workbench/host/views.h"

namespace panels::config {

enum class Show { All, SetByMe, Differs, NeedsRestart, InDraft };

// Layers as columns: all files are one column, in the order of overlaying.
struct LayerColumn {
  QString title;
  std::vector<std::size_t> layers;   // indices into ConfigTable::layers
};
std::vector<LayerColumn> layer_columns(const std::vector<std::string>& layers, const std::vector<std::string>& remote = {});
QString layer_word(const std::string& layer, bool remote = false);    // "config/service.toml" → "files"

class ConfigModel final : public kit::TableModel {
  Q_OBJECT
 public:
  enum Column { Key, Value, From, FirstLayer };
  ConfigModel(std::vector<LayerColumn> layers, QObject* parent = nullptr);
  // Costs little where little changed: rows that the table shares with the one before are neither looked at nor painted again.
  void set(const workbench::host::ConfigTable& table, const QString& filter, Show show, const std::map<QString, QString>& draft);
  const workbench::host::ConfigRow& at(int row) const { return *rows_[std::size_t(row)]; }
  const workbench::host::ConfigRow* find(const QString& key) const;
  // Marks a key as just applied: its value, and its readers, say so until it is cleared.
  void flash(const QString& key, std::int64_t applied_ns);   // one of these rows, no other, is painted again
  int readers_column() const { return FirstLayer + int(layers_.size()); }
  Qt::ItemFlags flags(const QModelIndex& index) const override;

 protected:
  kit::Cell cell(int row, int column) const override;

 private:
  std::vector<LayerColumn> layers_;
  std::vector<workbench::host::ConfigRows::Shared> rows_;  // those shown
  // What they were chosen from and how, so that the next choice asks only about rows that are new.
  workbench::host::ConfigRows all_;
  std::vector<QString> all_keys_;
  std::vector<QString> all_texts_;   // what a filter looks at
  std::vector<bool> kept_;
  QString filter_;
  Show show_ = Show::All;
  std::map<QString, QString> draft_;
  QString flashed_;
  std::int64_t flashed_ns_ = 0;
};

QString value_text(const workbench::host::ConfigRow& row);   // with its unit

}  // namespace panels::config
