//! Maven and Gradle.

use super::{check, reason};

const TRANSITIVE: &str = "names direct dependencies only, what they depend on is not known; write an SBOM with `mvn org.cyclonedx:cyclonedx-maven-plugin:makeBom` and scan that too";

const PARENT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <groupId>org.acme</groupId>
  <artifactId>parent</artifactId>
  <version>${revision}</version>
  <packaging>pom</packaging>
  <modules>
    <module>core</module>
    <module>web</module>
    <module>bom</module>
  </modules>
  <properties>
    <revision>1.0.0</revision>
    <log4j.base>2.14</log4j.base>
    <log4j.version>${log4j.base}.1</log4j.version>
    <jackson.version>2.9.0</jackson.version>
  </properties>
  <dependencyManagement>
    <dependencies>
      <dependency>
        <groupId>org.apache.logging.log4j</groupId>
        <artifactId>log4j-core</artifactId>
        <version>${log4j.version}</version>
      </dependency>
      <dependency>
        <groupId>junit</groupId>
        <artifactId>junit</artifactId>
        <version>4.13</version>
        <scope>test</scope>
      </dependency>
      <dependency>
        <groupId>org.acme</groupId>
        <artifactId>acme-bom</artifactId>
        <version>${project.version}</version>
        <type>pom</type>
        <scope>import</scope>
      </dependency>
      <dependency>
        <groupId>org.springframework.boot</groupId>
        <artifactId>spring-boot-dependencies</artifactId>
        <version>3.0.0</version>
        <type>pom</type>
        <scope>import</scope>
      </dependency>
    </dependencies>
  </dependencyManagement>
  <dependencies>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-api</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
"#;

const BOM: &str = r"<project>
  <parent><groupId>org.acme</groupId><artifactId>parent</artifactId><version>1.0.0</version></parent>
  <artifactId>acme-bom</artifactId>
  <properties><guava>31.1-jre</guava></properties>
  <dependencyManagement><dependencies>
    <dependency><groupId>com.google.guava</groupId><artifactId>guava</artifactId><version>${guava}</version></dependency>
  </dependencies></dependencyManagement>
</project>
";

const CORE: &str = "<project>
  <parent><groupId>org.acme</groupId><artifactId>parent</artifactId><version>1.0.0</version></parent>
  <artifactId>acme-core</artifactId>
</project>
";

const WEB: &str = r"<project>
  <parent>
    <groupId>org.acme</groupId>
    <artifactId>parent</artifactId>
    <version>1.0.0</version>
  </parent>
  <artifactId>web</artifactId>
  <properties>
    <jackson.version>2.13.0</jackson.version>
  </properties>
  <dependencies>
    <dependency>
      <groupId>${project.groupId}</groupId>
      <artifactId>acme-core</artifactId>
      <version>${project.version}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-core</artifactId>
    </dependency>
    <dependency>
      <groupId>com.fasterxml.jackson.core</groupId>
      <artifactId>jackson-databind</artifactId>
      <version>${jackson.version}</version>
    </dependency>
    <dependency>
      <groupId>junit</groupId>
      <artifactId>junit</artifactId>
    </dependency>
    <dependency>
      <groupId>com.google.guava</groupId>
      <artifactId>guava</artifactId>
      <optional>true</optional>
    </dependency>
    <dependency>
      <groupId>org.springframework.boot</groupId>
      <artifactId>spring-boot-starter</artifactId>
    </dependency>
    <dependency>
      <groupId>javax.servlet</groupId>
      <artifactId>servlet-api</artifactId>
      <version>[2.5]</version>
      <scope>provided</scope>
    </dependency>
    <dependency>
      <groupId>range</groupId>
      <artifactId>range</artifactId>
      <version>[1.0,2.0)</version>
    </dependency>
    <dependency>
      <groupId>undefined</groupId>
      <artifactId>undefined</artifactId>
      <version>${no.such}</version>
    </dependency>
    <dependency>
      <groupId>sys</groupId>
      <artifactId>sys</artifactId>
      <version>1</version>
      <scope>system</scope>
      <systemPath>/opt/sys.jar</systemPath>
    </dependency>
  </dependencies>
  <profiles>
    <profile>
      <id>extra</id>
      <dependencies>
        <dependency>
          <groupId>p</groupId>
          <artifactId>p</artifactId>
          <version>1.0</version>
        </dependency>
      </dependencies>
    </profile>
  </profiles>
</project>
";

#[test]
fn a_module_inherits_within_the_tree() {
    let expected = format!(
        "
        org.apache.logging.log4j:log4j-core@2.14.1 runtime direct :17 (${{log4j.version}})
        com.fasterxml.jackson.core:jackson-databind@2.13.0 runtime direct :21 (${{jackson.version}})
        junit:junit@4.13 development direct :26 (4.13)
        com.google.guava:guava@31.1-jre optional direct :30 (31.1-jre)
        org.springframework.boot:spring-boot-starter@? runtime direct :35
        javax.servlet:servlet-api@2.5 build direct :39 ([2.5])
        range:range@? runtime direct :45 ([1.0,2.0))
        undefined:undefined@? runtime direct :50 (${{no.such}})
        sys:sys@1 runtime direct :55 (1) path /opt/sys.jar
        p:p@1.0 runtime direct :67 (1.0) [extra]
        org.slf4j:slf4j-api@1.7.36 runtime direct :48 in pom.xml (1.7.36)
        ! web/pom.xml {TRANSITIVE}
        "
    );
    let found = check(
        &[
            ("web/pom.xml", WEB),
            ("pom.xml", PARENT),
            ("core/pom.xml", CORE),
            ("bom/pom.xml", BOM),
        ],
        &expected,
    );
    assert!(
        reason(&found, "org.springframework.boot:spring-boot-starter").starts_with(
            "its version comes from the BOM `org.springframework.boot:spring-boot-dependencies:3.0.0`"
        )
    );
    assert!(reason(&found, "undefined:undefined").contains("no scanned POM defines `no.such`"));
}

#[test]
fn a_parent_outside_leaves_versions_open() {
    let pom = "<project>\n<parent><groupId>g</groupId><artifactId>p</artifactId><version>1</version><relativePath/></parent>\n<artifactId>a</artifactId>\n<dependencies>\n<dependency><groupId>x</groupId><artifactId>x</artifactId></dependency>\n<dependency><groupId>${who}</groupId><artifactId>y</artifactId></dependency>\n<dependency><groupId>x</groupId></dependency>\n</dependencies></project>";
    let found = super::manifest(&[("a/pom.xml", pom), ("pom.xml", PARENT)]);
    assert_eq!(
        reason(&found, "x:x"),
        "its version comes from the parent `g:p:1`, which is not in the scanned directory; write an SBOM with `mvn org.cyclonedx:cyclonedx-maven-plugin:makeBom` and scan that too"
    );
    assert_eq!(found.also_read, Vec::<String>::new());
    let lines: Vec<_> = found.not_covered.iter().map(|note| note.line).collect();
    assert_eq!(lines, [Some(6), Some(7)]);
}

#[test]
fn hostile_poms_end() {
    let dependency = |version: &str| {
        format!(
            "<dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>{version}</version></dependency></dependencies>"
        )
    };
    for properties in [
        "<a>${a}</a>".to_owned(),
        "<a>${b}</a><b>${a}</b>".to_owned(),
        "<a>${b}${b}${b}${b}</a><b>${c}${c}${c}${c}</b><c>${d}${d}${d}${d}</c><d>${e}${e}${e}${e}</d><e>${f}${f}${f}${f}</f><f>x</f>".replace("</f><f>", "</e><f>"),
        format!("<a>{}</a>", "x".repeat(5_000)),
        "<a>${</a>".to_owned(),
    ] {
        let pom = format!("<project><groupId>g</groupId><artifactId>a</artifactId><version>1</version><properties>{properties}</properties>{}</project>", dependency("${a}"));
        let found = super::manifest(&[("pom.xml", &pom)]);
        assert!(reason(&found, "g:a").contains("defines"), "{properties}");
    }
    // A parent that is its own child.
    let own = "<project><parent><groupId>g</groupId><artifactId>a</artifactId><version>1</version><relativePath>pom.xml</relativePath></parent><artifactId>a</artifactId></project>";
    let found = super::manifest(&[("pom.xml", own)]);
    assert!(found.not_covered[0].reason.contains("its own ancestor"));
    // An entity as a version is never read from anywhere.
    let entity = format!(
        "<!DOCTYPE x [<!ENTITY v SYSTEM \"file:///etc/passwd\">]><project>{}</project>",
        dependency("&v;")
    );
    let found = super::manifest(&[("pom.xml", &entity)]);
    assert!(reason(&found, "g:a").starts_with("`&v;` is not a version"));
}

const GRADLE: &str = "# This is a Gradle generated file for dependency locking.
com.google.guava:guava:31.1-jre=compileClasspath,runtimeClasspath
junit:junit:4.13=testCompileClasspath,testRuntimeClasspath
org.projectlombok:lombok:1.18.24=annotationProcessor,compileClasspath
broken
empty=checkstyle
";

#[test]
fn gradle_lockfiles() {
    check(
        &[
            ("app/gradle.lockfile", GRADLE),
            ("app/build.gradle", "dependencies {\n implementation 'com.google.guava:guava:31.1-jre'\n testImplementation libs.junit\n}\n"),
            ("gradle/libs.versions.toml", "[libraries]\njunit = { module = \"junit:junit\", version = \"4.13\" }\n"),
        ],
        "
        com.google.guava:guava@31.1-jre runtime direct :2 [compileClasspath runtimeClasspath]
        junit:junit@4.13 development direct :3 [testCompileClasspath testRuntimeClasspath]
        org.projectlombok:lombok@1.18.24 build transitive :4 [annotationProcessor compileClasspath]
        ! app/gradle.lockfile:5 this line is not `group:name:version=configurations`; run `gradle dependencies --write-locks`
        ",
    );
    check(
        &[("buildscript-gradle.lockfile", "a:b:1=classpath\n")],
        "a:b@1 build direct :1 [classpath]",
    );
    check(
        &[(
            "gradle/dependency-locks/testRuntimeClasspath.lockfile",
            "a:b:1\n",
        )],
        "a:b@1 development direct :1 [testRuntimeClasspath]",
    );
}

#[test]
fn gradle_version_catalogs() {
    let text = r#"[versions]
guava = "31.1-jre"
spring = { strictly = "[5.3, 6.0[", prefer = "5.3.9" }
kotlin = "1.+"

[libraries]
guava = { module = "com.google.guava:guava", version.ref = "guava" }
short = "g:short:1.0"
split = { group = "g", name = "split", version = "2.0!!" }
spring = { module = "org.springframework:spring-core", version.ref = "spring" }
open = { module = "g:open", version.ref = "kotlin" }
managed = { module = "g:managed" }
lost = { module = "g:lost", version.ref = "no-such" }
wrong = { name = "x" }

[plugins]
boot = { id = "org.springframework.boot", version = "3.0.0" }
"#;
    let found = check(
        &[("gradle/libs.versions.toml", text)],
        "
        com.google.guava:guava@31.1-jre runtime direct :7 (31.1-jre)
        g:short@1.0 runtime direct :8 (1.0)
        g:split@2.0 runtime direct :9 (2.0!!)
        org.springframework:spring-core@? runtime direct :10 ([5.3, 6.0[)
        g:open@? runtime direct :11 (1.+)
        g:managed@? runtime direct :12
        g:lost@? runtime direct :13
        ! gradle/libs.versions.toml:14 `wrong` names no `group:name`; correct the file
        ! gradle/libs.versions.toml names direct dependencies only, what they depend on is not known; run `gradle dependencies --write-locks`
        ",
    );
    assert!(reason(&found, "g:managed").contains("BOM"));
}
