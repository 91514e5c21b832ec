-- A library of version 1 as it was released, with a little of everything in it.
PRAGMA application_id = 1282764137;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE decision (
	photo_id INTEGER NOT NULL, 
	label_id INTEGER NOT NULL, 
	accepted BOOLEAN NOT NULL, 
	carried_over BOOLEAN NOT NULL, 
	decided_at INTEGER NOT NULL, 
	CONSTRAINT pk_decision PRIMARY KEY (photo_id, label_id), 
	CONSTRAINT fk_decision_label_id_label FOREIGN KEY(label_id) REFERENCES label (id), 
	CONSTRAINT fk_decision_photo_id_photo FOREIGN KEY(photo_id) REFERENCES photo (id)
)
 WITHOUT ROWID

;
INSERT INTO "decision" VALUES(1,1,1,0,1795324065);
INSERT INTO "decision" VALUES(1,2,0,0,1795324065);
CREATE TABLE directory (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	folder_id INTEGER NOT NULL, 
	relpath BLOB NOT NULL, 
	CONSTRAINT fk_directory_folder_id_folder FOREIGN KEY(folder_id) REFERENCES folder (id) ON DELETE CASCADE, 
	CONSTRAINT uq_directory_folder_id_relpath UNIQUE (folder_id, relpath)
);
INSERT INTO "directory" VALUES(1,1,X'32303230');
CREATE TABLE embedding (
	id INTEGER NOT NULL, 
	photo_id INTEGER NOT NULL, 
	pack_version_id INTEGER NOT NULL, 
	vector BLOB NOT NULL, 
	CONSTRAINT pk_embedding PRIMARY KEY (id), 
	CONSTRAINT fk_embedding_pack_version_id_pack_version FOREIGN KEY(pack_version_id) REFERENCES pack_version (id), 
	CONSTRAINT fk_embedding_photo_id_photo FOREIGN KEY(photo_id) REFERENCES photo (id), 
	CONSTRAINT uq_embedding_pack_version_id_photo_id UNIQUE (pack_version_id, photo_id)
);
INSERT INTO "embedding" VALUES(1,1,1,X'003C003C');
CREATE TABLE file (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	directory_id INTEGER NOT NULL, 
	name BLOB NOT NULL, 
	name_folded TEXT NOT NULL, 
	size INTEGER NOT NULL, 
	mtime_ns INTEGER NOT NULL, 
	photo_id INTEGER, 
	last_photo_id INTEGER, 
	failure_reason TEXT, 
	failure_message TEXT, 
	CONSTRAINT fk_file_directory_id_directory FOREIGN KEY(directory_id) REFERENCES directory (id) ON DELETE CASCADE, 
	CONSTRAINT fk_file_last_photo_id_photo FOREIGN KEY(last_photo_id) REFERENCES photo (id), 
	CONSTRAINT fk_file_photo_id_photo FOREIGN KEY(photo_id) REFERENCES photo (id), 
	CONSTRAINT uq_file_directory_id_name UNIQUE (directory_id, name)
);
INSERT INTO "file" VALUES(1,1,X'646F672E6A7067','dog.jpg',1000,1600000000000000000,1,NULL,NULL,NULL);
INSERT INTO "file" VALUES(2,1,X'6261642E6A7067','bad.jpg',0,1,NULL,NULL,'empty','The file is empty.');
CREATE TABLE folder (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	path BLOB NOT NULL, 
	offline BOOLEAN NOT NULL, 
	added_at INTEGER NOT NULL, 
	CONSTRAINT uq_folder_path UNIQUE (path)
);
INSERT INTO "folder" VALUES(1,X'2F7069637475726573',0,1795324065);
CREATE TABLE label (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	"key" TEXT NOT NULL, 
	name TEXT, 
	name_folded TEXT, 
	muted BOOLEAN NOT NULL, 
	CONSTRAINT uq_label_key UNIQUE ("key"), 
	CONSTRAINT uq_label_name_folded UNIQUE (name_folded)
);
INSERT INTO "label" VALUES(1,'photos/dog',NULL,NULL,0);
INSERT INTO "label" VALUES(2,'user/grandma','Grandma','grandma',0);
INSERT INTO "label" VALUES(3,'genres/horror',NULL,NULL,1);
CREATE TABLE operation (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kind TEXT NOT NULL, 
	target_id INTEGER, 
	label_id INTEGER NOT NULL, 
	accepted BOOLEAN, 
	made_at INTEGER NOT NULL, 
	CONSTRAINT fk_operation_label_id_label FOREIGN KEY(label_id) REFERENCES label (id), 
	CONSTRAINT fk_operation_target_id_operation FOREIGN KEY(target_id) REFERENCES operation (id), 
	CONSTRAINT ck_operation_kind CHECK (kind IN ('decide', 'undo', 'redo'))
);
INSERT INTO "operation" VALUES(1,'decide',NULL,1,1,1795324065);
INSERT INTO "operation" VALUES(2,'decide',NULL,2,0,1795324065);
CREATE TABLE operation_item (
	operation_id INTEGER NOT NULL, 
	photo_id INTEGER NOT NULL, 
	accepted_before BOOLEAN, 
	carried_before BOOLEAN, 
	decided_before INTEGER, 
	CONSTRAINT pk_operation_item PRIMARY KEY (operation_id, photo_id), 
	CONSTRAINT fk_operation_item_operation_id_operation FOREIGN KEY(operation_id) REFERENCES operation (id), 
	CONSTRAINT fk_operation_item_photo_id_photo FOREIGN KEY(photo_id) REFERENCES photo (id)
)
 WITHOUT ROWID

;
INSERT INTO "operation_item" VALUES(1,1,NULL,NULL,NULL);
INSERT INTO "operation_item" VALUES(2,1,NULL,NULL,NULL);
CREATE TABLE pack_version (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	pack TEXT NOT NULL, 
	version TEXT NOT NULL, 
	labels_json TEXT NOT NULL, 
	current BOOLEAN NOT NULL
);
INSERT INTO "pack_version" VALUES(1,'photos','1','[]',1);
INSERT INTO "pack_version" VALUES(2,'genres','1','[]',1);
CREATE TABLE photo (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	content_hash BLOB NOT NULL, 
	width INTEGER NOT NULL, 
	height INTEGER NOT NULL, 
	bytes INTEGER NOT NULL, 
	format TEXT NOT NULL, 
	taken INTEGER NOT NULL, 
	taken_from TEXT NOT NULL, 
	camera TEXT, 
	added_at INTEGER NOT NULL, 
	visible BOOLEAN NOT NULL, 
	revision INTEGER NOT NULL, 
	CONSTRAINT ck_photo_hash_length CHECK (length(content_hash) = 32), 
	CONSTRAINT uq_photo_content_hash UNIQUE (content_hash)
);
INSERT INTO "photo" VALUES(1,X'646F670000000000000000000000000000000000000000000000000000000000',400,300,1000,'JPEG',1589718600,'exif',NULL,1795324065,1,7);
CREATE TABLE prediction (
	pack TEXT NOT NULL, 
	photo_id INTEGER NOT NULL, 
	pack_version_id INTEGER NOT NULL, 
	codes BLOB, 
	gate_version TEXT, 
	CONSTRAINT pk_prediction PRIMARY KEY (pack, photo_id), 
	CONSTRAINT fk_prediction_pack_version_id_pack_version FOREIGN KEY(pack_version_id) REFERENCES pack_version (id), 
	CONSTRAINT fk_prediction_photo_id_photo FOREIGN KEY(photo_id) REFERENCES photo (id)
)
 WITHOUT ROWID

;
INSERT INTO "prediction" VALUES('genres',1,2,NULL,'1');
INSERT INTO "prediction" VALUES('photos',1,1,X'C803',NULL);
CREATE TABLE run (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	device TEXT NOT NULL, 
	started_at INTEGER NOT NULL, 
	finished_at INTEGER, 
	labelled INTEGER NOT NULL, 
	failed INTEGER NOT NULL
);
INSERT INTO "run" VALUES(1,'cpu',1795324065,1795324065,1,1);
CREATE TABLE setting (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_setting PRIMARY KEY (name)
)
 WITHOUT ROWID

;
INSERT INTO "setting" VALUES('excluded','["x"]');
CREATE TABLE state (
	id INTEGER NOT NULL, 
	revision INTEGER NOT NULL, 
	CONSTRAINT pk_state PRIMARY KEY (id), 
	CONSTRAINT ck_state_one CHECK (id = 1)
);
INSERT INTO "state" VALUES(1,11);
CREATE INDEX ix_photo_revision ON photo (revision);
CREATE INDEX ix_photo_visible ON photo (id) WHERE visible = 1;
CREATE INDEX ix_file_directory_photo ON file (directory_id, photo_id);
CREATE INDEX ix_file_failed ON file (id) WHERE failure_reason IS NOT NULL;
CREATE INDEX ix_file_name_photo ON file (name_folded, photo_id);
CREATE INDEX ix_file_photo_id ON file (photo_id);
CREATE INDEX ix_pack_version_pack_version ON pack_version (pack, version);
CREATE UNIQUE INDEX uq_pack_version_current ON pack_version (pack) WHERE current = 1;
CREATE INDEX ix_prediction_pack_version_id ON prediction (pack_version_id);
CREATE INDEX ix_operation_target_id ON operation (target_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('folder',1);
INSERT INTO "sqlite_sequence" VALUES('pack_version',2);
INSERT INTO "sqlite_sequence" VALUES('directory',2);
INSERT INTO "sqlite_sequence" VALUES('photo',1);
INSERT INTO "sqlite_sequence" VALUES('file',2);
INSERT INTO "sqlite_sequence" VALUES('label',3);
INSERT INTO "sqlite_sequence" VALUES('operation',2);
INSERT INTO "sqlite_sequence" VALUES('run',1);
COMMIT;
