//! NuGet.

use super::{check, manifest, reason};

const LOCK: &str = r#"{
  "version": 2,
  "dependencies": {
    "net6.0": {
      "Newtonsoft.Json": {
        "type": "Direct",
        "requested": "[13.0.1, )",
        "resolved": "13.0.1",
        "contentHash": "AAAA=="
      },
      "Serilog": {
        "type": "CentralTransitive",
        "requested": "[2.0.0, )",
        "resolved": "2.10.0",
        "dependencies": {
          "System.Memory": "4.5.0"
        }
      },
      "System.Memory": {
        "type": "Transitive",
        "resolved": "4.5.4"
      },
      "Acme.Core": {
        "type": "Project",
        "dependencies": {
          "Serilog": "[2.0.0, )",
          "Gone": "1.0.0"
        }
      }
    },
    "net6.0/linux-x64": {
      "Native": {
        "type": "Transitive",
        "resolved": "1.0.0",
        "dependencies": {"System.Memory": "4.5.0"}
      },
      "Unresolved": {
        "type": "Transitive"
      }
    }
  }
}
"#;

#[test]
fn packages_lock_json() {
    let found = check(
        &[("packages.lock.json", LOCK)],
        "
        newtonsoft.json@13.0.1 runtime direct :5 ([13.0.1, )) [net6.0]
        serilog@2.10.0 runtime direct :11 ([2.0.0, )) [net6.0]
        system.memory@4.5.4 runtime transitive :19 [net6.0] < native 4.5.0 < serilog 4.5.0
        native@1.0.0 runtime transitive :32 [net6.0/linux-x64]
        unresolved@? runtime transitive :37 [net6.0/linux-x64]
        ! packages.lock.json:27 `Gone` is asked for but not locked; run `dotnet restore --use-lock-file`
        ",
    );
    assert_eq!(found.dependencies[0].hashes, ["sha512-AAAA=="]);
}

#[test]
fn packages_config() {
    let text = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<packages>\r\n  <package id=\"jQuery\" version=\"3.1.1\" targetFramework=\"net46\" />\r\n  <package id=\"StyleCop\" version=\"1.0.0\" developmentDependency=\"true\" />\r\n  <package id=\"None\" />\r\n  <package version=\"1\" />\r\n</packages>";
    check(
        &[("packages.config", text)],
        "
        jquery@3.1.1 runtime direct :3
        stylecop@1.0.0 development direct :4
        none@? runtime direct :5
        ! packages.config:6 a package without an `id`; correct the file
        ",
    );
}

const PROJECT: &str = r#"<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net8.0</TargetFramework>
    <JsonVersion>[13.0.1]</JsonVersion>
    <Twice Condition="'$(X)' == '1'">[1.0.0]</Twice>
    <Loop>$(Loop)$(Loop)</Loop>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Newtonsoft.Json" Version="$(JsonVersion)" />
    <PackageReference Include="Serilog" Version="2.10.0" />
    <PackageReference Include="Central" />
    <PackageReference Include="Nowhere" />
    <PackageReference Include="Twice" Version="$(Twice)" />
    <PackageReference Include="Loop" Version="$(Loop)" />
    <PackageReference Include="Tool">
      <Version>[2.0.0]</Version>
      <PrivateAssets>all</PrivateAssets>
    </PackageReference>
    <PackageReference Remove="Gone" />
    <ProjectReference Include="../Core/Core.csproj" />
    <Reference Include="Vendor"><HintPath>lib/Vendor.dll</HintPath></Reference>
  </ItemGroup>
  <ItemGroup Condition="'$(OS)' == 'Windows_NT'">
    <PackageReference Include="Win" Version="[1.0.0,2.0.0)" />
  </ItemGroup>
</Project>
"#;

#[test]
fn project_files() {
    let central = r#"<Project><ItemGroup><PackageVersion Include="central" Version="[3.0.0]" /><GlobalPackageReference Include="Analyzer" Version="[1.0.0]" /></ItemGroup></Project>"#;
    let found = check(
        &[("src/App/App.csproj", PROJECT), ("Directory.Packages.props", central)],
        "
        newtonsoft.json@13.0.1 runtime direct :9 ([13.0.1])
        serilog@? runtime direct :10 (2.10.0)
        central@3.0.0 runtime direct :11 ([3.0.0])
        nowhere@? runtime direct :12
        twice@? runtime direct :13 ($(Twice))
        loop@? runtime direct :14 ($(Loop))
        tool@2.0.0 development direct :15 ([2.0.0])
        win@? runtime direct :24 ([1.0.0,2.0.0))
        analyzer@1.0.0 development direct :1 ([1.0.0])
        ! src/App/App.csproj refers to assemblies by `HintPath`, whose versions are not known; use packages
        ! src/App/App.csproj names direct dependencies only, what they depend on is not known; run `dotnet restore --use-lock-file`
        ",
    );
    assert_eq!(found.also_read, ["Directory.Packages.props"]);
    assert_eq!(
        reason(&found, "serilog"),
        "`2.10.0` is a lower bound or a range to NuGet; run `dotnet restore --use-lock-file`, or write `[2.10.0]`"
    );
}

#[test]
fn broken_files_are_told() {
    let found = manifest(&[("App.csproj", "<Project>\n<ItemGroup>\n")]);
    assert!(
        found.not_covered[0]
            .reason
            .contains("the file ends inside an element")
    );
    let found = manifest(&[("packages.lock.json", "{\"version\": 1}")]);
    assert!(found.not_covered[0].reason.contains("no `dependencies`"));
}
